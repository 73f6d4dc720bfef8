import { auth } from "@/lib/auth";
import { openly } from "@/lib/openly";

const handle = async (request: Request) => openly(await auth().handler(request));

/** What assistants look up to connect (RFC 8414, OpenID Connect Discovery). */
export { handle as GET };
