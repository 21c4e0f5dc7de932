import { App } from "aws-cdk-lib";
import { Accounts } from "../lib/accounts";
import { Translate } from "../lib/translate";

const app = new App();
const env = { account: "111122223333", region: "eu-north-1" };
const accounts = new Accounts(app, "Accounts", { env });
new Translate(app, "Translate", { env, pool: accounts.pool });
