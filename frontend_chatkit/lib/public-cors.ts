/** Let pages of any origin read a response that is public and depends on no cookies. */
export function withPublicCors(response: Response): Response {
  const readable = new Response(response.body, response);
  readable.headers.set("access-control-allow-origin", "*");
  return readable;
}
