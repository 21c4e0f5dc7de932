export { default } from "next-auth/middleware";

export const config = { matcher: ["/surveys/:path*", "/api/ask", "/api/ask/:path*"] };
