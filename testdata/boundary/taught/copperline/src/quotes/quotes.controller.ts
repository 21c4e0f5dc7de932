import { Body, Controller, Get, Post } from "@nestjs/common";
import { Roles } from "../auth/public.decorator";
import { QuotesService } from "./quotes.service";

@Controller("quotes")
export class QuotesController {
  constructor(private readonly quotes: QuotesService) {}

  @Post("draft")
  draft(@Body() body: { inquiry: string }) {
    return this.quotes.draft(body.inquiry);
  }

  @Roles("chief")
  @Get("spend")
  spend() {
    return this.quotes.spend();
  }
}
