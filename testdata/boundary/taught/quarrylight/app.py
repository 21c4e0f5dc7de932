import aws_cdk as cdk

from stacks.people import People
from stacks.samples import Samples

app = cdk.App()
env = cdk.Environment(account=app.node.try_get_context("account"), region="eu-central-1")
people = People(app, "quarrylight-people", env=env)
Samples(app, "quarrylight-samples", pool=people.pool, client=people.client, env=env)
app.synth()
