"""Errors that the Retry of a state machine may name, by whether the function that is invoked again may have run.

Sources (November 2026): Amazon States Language, "Retrying after error"; Step Functions developer guide, "Handle
transient Lambda service exceptions". After throttling the function has not run; after an error of the service, or of
the way to it, it may have. The CDK's LambdaInvoke repeats SERVICE by itself, SERVICE_ATTEMPTS times
(`retryOnServiceExceptions`).
"""

from __future__ import annotations

FAILED = ("States.ALL", "States.TaskFailed", "States.Timeout", "States.HeartbeatTimeout", "Lambda.Unknown")
SERVICE = (
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
)
SERVICE_ATTEMPTS = 6
ATTEMPTS = 3  # of a Retry that does not say
