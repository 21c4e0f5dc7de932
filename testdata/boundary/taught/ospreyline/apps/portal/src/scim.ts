import { timingSafeEqual } from "node:crypto";
import { Router } from "express";
import { addUser, findUsers, renameUser } from "./db.js";

export const scim = Router();
scim.use((req, res, next) => {
  const given = Buffer.from(req.get("authorization")?.replace("Bearer ", "") ?? "");
  const want = Buffer.from(process.env.SCIM_TOKEN!);
  if (given.length === want.length && timingSafeEqual(given, want)) return next();
  res.status(401).json({ schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"], status: "401" });
});

scim.get("/Users", async (req, res) => {
  const found = await findUsers(req.hostname, String(req.query.filter ?? ""));
  res.json({ schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], totalResults: found.length, Resources: found });
});

scim.post("/Users", async (req, res) => {
  const made = await addUser(req.hostname, req.body.userName, req.body.name);
  res.status(201).json(made);
});

scim.patch("/Users/:id", async (req, res) => {
  for (const op of req.body.Operations ?? []) {
    if (op.path === "name.familyName" || op.path === "name.givenName") await renameUser(req.params.id, op.path, op.value);
  }
  res.status(200).json({ id: req.params.id });
});
