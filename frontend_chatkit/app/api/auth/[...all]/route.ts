import { auth } from "@/lib/auth";
import { refusingInOutages } from "@/lib/auth/readiness";

const handle = (request: Request) => refusingInOutages(() => auth().handler(request));

export { handle as GET, handle as POST };
