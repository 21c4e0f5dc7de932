import { Module } from "@nestjs/common";
import { AnswersController } from "./answers/answers.controller";
import { AnswersService } from "./answers/answers.service";
import { Prisma } from "./prisma";
import { ScimController } from "./scim/scim.controller";

@Module({ controllers: [AnswersController, ScimController], providers: [AnswersService, Prisma] })
export class AppModule {}
