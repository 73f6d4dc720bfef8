import { auth } from "@/lib/auth";
import { withPublicCors } from "@/lib/public-cors";

const handle = async (request: Request) => withPublicCors(await auth().handler(request));

/** What assistants look up to connect (RFC 8414, OpenID Connect Discovery). */
export { handle as GET };
