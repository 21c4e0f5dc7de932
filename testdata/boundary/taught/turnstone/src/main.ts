import { NestFactory } from "@nestjs/core";
import { NestExpressApplication } from "@nestjs/platform-express";
import { auth } from "express-openid-connect";
import { AppModule } from "./app.module";

async function bootstrap() {
  const app = await NestFactory.create<NestExpressApplication>(AppModule, { rawBody: true });
  app.set("trust proxy", 1);
  const signIn = auth({
    issuerBaseURL: process.env.ISSUER_BASE_URL,
    baseURL: process.env.BASE_URL,
    clientID: process.env.AUTH0_CLIENT_ID,
    clientSecret: process.env.AUTH0_CLIENT_SECRET,
    secret: process.env.SESSION_SECRET,
    authorizationParams: { response_type: "code", scope: "openid email" },
    session: { rollingDuration: 60 * 60 * 8, cookie: { sameSite: "Lax" } },
    authRequired: true,
  });
  // Directories have no browser: they bring a token, which ScimGuard looks at.
  app.use((req, res, next) => (req.path.startsWith("/scim/") ? next() : signIn(req, res, next)));
  await app.listen(3000);
}
void bootstrap();
