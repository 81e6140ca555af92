// A program with OpenTelemetry's SDK, told everything by its environment; its argument names the exporter's package.
import { context, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";

const { OTLPTraceExporter } = await import(process.argv[2]);
const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ "service.name": "payments" }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();
const carrier = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name.toLowerCase(), value]));
const above = propagation.extract(context.active(), carrier);
const tracer = trace.getTracer("shop", "1.2");

tracer.startActiveSpan("charge card", { kind: SpanKind.CLIENT, attributes: { amount: 12.5, tags: ["a", "b"] } }, above, (span) => {
  tracer.startActiveSpan("bank", (inner) => {
    inner.addEvent("refused", { code: 7 });
    inner.setStatus({ code: SpanStatusCode.ERROR, message: "no money" });
    inner.end();
  });
  span.end();
});
await provider.shutdown();
