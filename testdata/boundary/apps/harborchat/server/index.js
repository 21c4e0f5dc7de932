import cookieParser from "cookie-parser";
import express from "express";
import { requireUser, callback } from "./session.js";
import { directoryEvents } from "./directory.js";
import { answer } from "./answer.js";
import { portal } from "./portal.js";

const app = express();
app.post("/hooks/directory", express.text({ type: "*/*" }), directoryEvents);
app.use(express.json({ limit: "64kb" }), cookieParser());
app.get("/auth/callback", callback);
app.post("/api/answer", requireUser, answer);
app.post("/api/portal", requireUser, portal);
app.use(express.static("web/dist"));
app.listen(process.env.PORT ?? 8080);
