import json

from mail import confirm


def handler(event, context):
    for record in event["Records"]:
        confirm(json.loads(record["body"]))
