import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { RequestSpan } from "@/lib/relay/tracing";

/** The version of the semantic conventions that names and attributes are of, as in all services. */
const CONVENTIONS = "https://opentelemetry.io/schemas/1.44.0";
const FAULT = 500;
const GONE = 499;

// Not the provider of the whole process: Next.js would add spans whose attributes have paths, and so ids.
const provider = new BasicTracerProvider({
  resource: detectResources({ detectors: [envDetector] }).merge(
    resourceFromAttributes({ "service.name": "todochat-web" }),
  ),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
const tracer = provider.getTracer("todochat", undefined, { schemaUrl: CONVENTIONS });
const propagator = new W3CTraceContextPropagator();

// What waits for its batch would be lost with the process.
process.once("SIGTERM", () => void provider.shutdown().catch(() => {}));

/** Begin the span of a request, with the template of its path: the path itself has ids. */
export function beginSpan(request: Request, route: string): RequestSpan {
  const parent = propagator.extract(
    ROOT_CONTEXT,
    Object.fromEntries(request.headers),
    defaultTextMapGetter,
  );
  const span = tracer.startSpan(
    `${request.method} ${route}`,
    {
      kind: SpanKind.SERVER,
      attributes: { "http.request.method": request.method, "http.route": route },
    },
    parent,
  );
  const headers: Record<string, string> = {};
  propagator.inject(trace.setSpan(parent, span), headers, defaultTextMapSetter);

  function end(status: number) {
    span.setAttribute("http.response.status_code", status);
    if (status >= FAULT) {
      span.setAttribute("error.type", String(status));
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
  }

  return {
    headers,
    answered(response) {
      if (response.body)
        return new Response(
          watched(response.body, () => end(response.status)),
          response,
        );
      end(response.status);
      return response;
    },
    failed: () => end(request.signal.aborted ? GONE : FAULT),
  };
}

/** Return a stream of the same bytes, and call back when it has ended or nobody reads it any more. */
function watched(body: ReadableStream<Uint8Array>, over: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(value);
          controller.close();
        } catch (error) {
          controller.error(error);
        }
        over();
      },
      cancel(reason) {
        over();
        return reader.cancel(reason);
      },
    },
    // Nothing is read ahead of the browser.
    { highWaterMark: 0 },
  );
}
