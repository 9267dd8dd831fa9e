"""What the one function of the table stands beside: the ARNs that every dialect names."""

from __future__ import annotations

ARN = "arn:aws:{}:eu-west-1:123456789012:{}"
QUEUE, FAILED, DEAD = ARN.format("sqs", "jobs"), ARN.format("sqs", "failed"), ARN.format("sns", "dead")
STREAM = ARN.format("kinesis", "stream/clicks")
LAYER = ARN.format("lambda", "layer:base:1")
ROLE = "arn:aws:iam::123456789012:role/worker"
KEY = ARN.format("kms", "key/one")
CAPACITY = ARN.format("lambda", "capacity-provider:fleet")
FILES_AT = ARN.format("elasticfilesystem", "access-point/fsap-1")
