/** Let pages of any origin read an answer that is public and takes no cookies. */
export function openly(response: Response): Response {
  const open = new Response(response.body, response);
  open.headers.set("access-control-allow-origin", "*");
  return open;
}
