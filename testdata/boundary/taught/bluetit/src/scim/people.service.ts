import { Injectable } from '@nestjs/common';
import { KeycloakAdmin } from './keycloak-admin';

@Injectable()
export class People {
  constructor(private readonly keycloak: KeycloakAdmin) {}

  async list(filter?: string) {
    const found = await this.keycloak.users(filter);
    return { schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'], totalResults: found.length, Resources: found };
  }

  create(userName: string, externalId?: string) {
    return this.keycloak.addUser({ username: userName, attributes: { externalId }, enabled: true });
  }

  async close(id: string) {
    await this.keycloak.setEnabled(id, false);
    await this.keycloak.logout(id);
  }

  one(id: string) {
    return this.keycloak.user(id);
  }
}
