import boto3


def confirm(order):
    ses = boto3.client("ses")
    ses.send_email(
        Source="orders@example.com",
        Destination={"ToAddresses": [order["email"]]},
        Message={"Subject": {"Data": "Thank you"}, "Body": {"Text": {"Data": order["id"]}}},
    )
