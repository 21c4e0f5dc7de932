import { Body, Controller, HttpCode, Module, Post, UnauthorizedException } from "@nestjs/common";
import { ConfigService } from "@nestjs/config";
import { JwtModule, JwtService } from "@nestjs/jwt";
import { InjectRepository, TypeOrmModule } from "@nestjs/typeorm";
import * as argon2 from "argon2";
import { Repository } from "typeorm";
import { Account } from "./account.entity";
import { Public } from "./public.decorator";

@Controller("auth")
class AuthController {
  constructor(
    private readonly jwt: JwtService,
    @InjectRepository(Account) private readonly accounts: Repository<Account>,
  ) {}

  @Public()
  @HttpCode(200)
  @Post("login")
  async login(@Body() body: { email: string; password: string }) {
    const account = await this.accounts.findOneBy({ email: body.email });
    if (!account || !(await argon2.verify(account.hash, body.password))) throw new UnauthorizedException();
    return { accessToken: await this.jwt.signAsync({ sub: account.id, role: account.role }) };
  }
}

@Module({
  imports: [
    TypeOrmModule.forFeature([Account]),
    JwtModule.registerAsync({
      global: true,
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        secret: config.getOrThrow("JWT_SECRET"),
        signOptions: { expiresIn: "15m", issuer: "copperline" },
      }),
    }),
  ],
  controllers: [AuthController],
})
export class AuthModule {}
