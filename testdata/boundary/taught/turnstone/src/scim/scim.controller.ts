import { Body, Controller, Get, Param, Patch, Post, Query, UseGuards } from "@nestjs/common";
import { Prisma } from "../prisma";
import { ScimGuard } from "./scim.guard";

const USER = "urn:ietf:params:scim:schemas:core:2.0:User";

@UseGuards(ScimGuard)
@Controller("scim/v2/Users")
export class ScimController {
  constructor(private readonly db: Prisma) {}

  @Get()
  async list(@Query("filter") filter?: string) {
    const userName = /^userName eq "(.+)"$/.exec(filter ?? "")?.[1];
    const found = await this.db.person.findMany({ where: { email: userName } });
    return { totalResults: found.length, Resources: found.map((p) => ({ schemas: [USER], id: p.id, userName: p.email })) };
  }

  @Post()
  async create(@Body() body: { userName: string; name?: { formatted?: string } }) {
    const p = await this.db.person.create({ data: { email: body.userName, name: body.name?.formatted ?? "" } });
    return { schemas: [USER], id: p.id, userName: p.email };
  }

  @Patch(":id")
  async patch(@Param("id") id: string, @Body() body: { Operations: { op: string; path?: string; value: any }[] }) {
    for (const o of body.Operations) {
      if (o.path === "name.formatted") await this.db.person.update({ where: { id }, data: { name: o.value } });
    }
    return { schemas: [USER], id };
  }
}
