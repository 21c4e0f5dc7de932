import json
import os

import boto3

idp = boto3.client("cognito-idp")


def handler(event, context):
    claims = event["requestContext"]["authorizer"]["jwt"]["claims"]
    if "buyer-admin" not in claims.get("cognito:groups", ""):
        return {"statusCode": 403}
    body = json.loads(event["body"])
    if body.get("close"):
        idp.admin_disable_user(UserPoolId=os.environ["POOL"], Username=body["email"])
    else:
        idp.admin_create_user(
            UserPoolId=os.environ["POOL"],
            Username=body["email"],
            UserAttributes=[{"Name": "custom:house", "Value": claims["custom:house"]}],
        )
    return {"statusCode": 204}
