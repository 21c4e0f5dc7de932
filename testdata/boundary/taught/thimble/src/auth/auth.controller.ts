import { Body, Controller, HttpCode, Post, UnauthorizedException } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { InjectRepository } from '@nestjs/typeorm';
import * as argon2 from 'argon2';
import { Repository } from 'typeorm';

import { Maker } from './maker.entity';
import { Public } from './public.decorator';

@Controller('auth')
export class AuthController {
  constructor(
    @InjectRepository(Maker) private readonly makers: Repository<Maker>,
    private readonly jwt: JwtService,
  ) {}

  @Public()
  @HttpCode(200)
  @Post('login')
  async login(@Body() body: { email: string; password: string }) {
    const maker = await this.makers.findOneBy({ email: body.email.toLowerCase() });
    if (!maker || !(await argon2.verify(maker.hash, body.password))) throw new UnauthorizedException();
    return { token: await this.jwt.signAsync({ sub: maker.id, studio: maker.studio, roles: maker.roles }) };
  }
}
