"""The OpenAI Agents SDK, whose own tracing knows nothing of OpenTelemetry."""
