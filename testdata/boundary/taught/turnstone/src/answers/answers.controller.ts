import { Body, Controller, Post, Req } from "@nestjs/common";
import type { Request } from "express";
import { AnswersService } from "./answers.service";

@Controller("answers")
export class AnswersController {
  constructor(private readonly answers: AnswersService) {}

  @Post()
  ask(@Req() req: Request, @Body("question") question: string) {
    return this.answers.ask(req.oidc.user!.org_id, String(question));
  }
}
