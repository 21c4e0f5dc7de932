import base64
import json

import boto3
from aws_lambda_powertools import Logger

log = Logger(service="name")
bedrock = boto3.client("bedrock-runtime")


def handler(event, context):
    house = event["requestContext"]["authorizer"]["jwt"]["claims"]["custom:house"]
    out = bedrock.converse(
        modelId="anthropic.claude-3-7-sonnet-20250219-v1:0",
        messages=[{"role": "user", "content": [
            {"image": {"format": "jpeg", "source": {"bytes": base64.b64decode(event["body"])}}},
            {"text": "Which stone is this? Name, age, three quarries."},
        ]}],
    )
    log.info("named", extra={"house": house, "tokens": out["usage"]["totalTokens"]})
    return {"statusCode": 200, "body": json.dumps(out["output"]["message"]["content"][0]["text"])}
