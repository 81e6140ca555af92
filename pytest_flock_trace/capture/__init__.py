"""Recording spans as the OpenTelemetry SDK starts and ends them."""
