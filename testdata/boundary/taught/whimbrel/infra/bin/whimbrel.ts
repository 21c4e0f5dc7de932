import { App } from "aws-cdk-lib";
import { SiteStack } from "../lib/site-stack";
import { DigestStack } from "../lib/digest-stack";

const app = new App();
const env = { account: "401998877665", region: "eu-central-1" };
const site = new SiteStack(app, "WhimbrelSite", { env });
new DigestStack(app, "WhimbrelDigest", { env, cluster: site.cluster });
