/** The span of one request. */
export type RequestSpan = {
  /** What the API is told, so that its own span is a child of this one. */
  headers: Record<string, string>;
  /** End the span with the answer: once its body has been sent. */
  answered: (response: Response) => Response;
  /** End the span of a request that got no answer. */
  failed: () => void;
};

/**
 * Answer a request by a handler, in a span if a collector is set. The handler gets the headers of the trace that the
 * span belongs to. The SDK of OpenTelemetry is loaded by the first request that needs it.
 */
export async function traced(
  request: Request,
  route: string,
  handler: (trace: Record<string, string>) => Promise<Response>,
): Promise<Response> {
  if (!process.env.OTEL_EXPORTER_OTLP_ENDPOINT) return handler({});
  const { beginSpan } = await import("@/lib/relay/spans");
  const span = beginSpan(request, route);
  try {
    return span.answered(await handler(span.headers));
  } catch (error) {
    span.failed();
    throw error;
  }
}
