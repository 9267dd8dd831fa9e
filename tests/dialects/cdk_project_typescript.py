"""A CDK app in TypeScript, as its authors would write it: path -> text."""
# ruff: noqa: E501 - a line of the app is a line here

from __future__ import annotations

TYPESCRIPT = {
    "bin/app.ts": """\
#!/usr/bin/env node
import 'source-map-support/register';
import * as cdk from 'aws-cdk-lib';
import { OrdersStack } from '../lib/stacks/orders-stack';
import { NotifyStack } from '../lib/stacks/notify-stack';
import { config, StageConfig } from '../lib/config';

const app = new cdk.App();
const env = { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION };

Object.entries(config).forEach(([stage, settings]: [string, StageConfig]) => {
  const orders = new OrdersStack(app, `Orders-${stage}`, { env, stage, settings });
  new NotifyStack(app, `Notify-${stage}`, { env, stage, table: orders.table, queue: orders.queue, settings });
});
cdk.Tags.of(app).add('team', 'shop');
""",
    "cdk.json": """\
{"app": "npx ts-node --prefer-ts-exts bin/app.ts", "context": {"stages": {"dev": {"memory": 256}, "prod": {"memory": 1024}}}}
""",
    "lambda/custom/index.py": "def handler(event, context): pass\n",
    "lambda/docker/Dockerfile": """\
FROM public.ecr.aws/lambda/python:3.12
COPY app.py ${LAMBDA_TASK_ROOT}
CMD ["app.other"]
""",
    "lambda/docker/app.py": "def handler(event, context): pass\n",
    "lambda/notify/notify.py": "def mail(event, context): pass\ndef sms(event, context): pass\n",
    "lambda/orders/jobs.py": "def clean(event, context): pass\ndef report(event, context): pass\n",
    "lambda/orders/main.py": "def lambda_handler(event, context): pass\n",
    "lambda/orders/requirements.txt": "",
    "lambda/orders/worker.py": "def handle(event, context): pass\n",
    "lambda/stream/handlers/stream.py": "def on_change(event, context): pass\n",
    "lambda/stream/requirements.txt": "boto3\n",
    "lib/config.ts": """\
export interface StageConfig { memory: number; logLevel: string; alarmEmail?: string; }
export const config: Record<string, StageConfig> = {
  dev: { memory: 256, logLevel: 'DEBUG' },
  prod: { memory: 1024, logLevel: 'INFO', alarmEmail: 'ops@example.com' },
};
export const COMMON_ENV = { POWERTOOLS_SERVICE_NAME: 'shop', LOG_LEVEL: 'INFO' } as const;
""",
    "lib/constructs/python-function.ts": """\
import * as path from 'path';
import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { Function, FunctionProps, Runtime, Code, Tracing, Architecture, ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { COMMON_ENV } from '../config';

export interface ShopFunctionProps extends Partial<Omit<FunctionProps, 'code'>> {
  readonly entry: string;
  readonly handler?: string;
}

export class ShopFunction extends Function {
  constructor(scope: Construct, id: string, { entry, handler = 'main.lambda_handler', environment, ...rest }: ShopFunctionProps) {
    super(scope, id, {
      runtime: Runtime.PYTHON_3_12,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout: Duration.seconds(15),
      tracing: Tracing.ACTIVE,
      logRetention: RetentionDays.TWO_WEEKS,
      ...rest,
      handler,
      code: Code.fromAsset(path.join(__dirname, '..', '..', 'lambda', entry), {
        bundling: {
          image: Runtime.PYTHON_3_12.bundlingImage,
          command: ['bash', '-c', 'pip install -r requirements.txt -t /asset-output && cp -au . /asset-output'],
        },
      }),
      environment: { ...COMMON_ENV, ...environment },
    });
  }
}
""",
    "lib/stacks/notify-stack.ts": """\
import * as cdk from 'aws-cdk-lib';
import { aws_lambda as lambda, aws_sns as sns, aws_sns_subscriptions as subs, aws_stepfunctions as sfn, aws_stepfunctions_tasks as tasks, aws_secretsmanager as secrets, aws_dynamodb as ddb, aws_sqs as sqs, custom_resources as cr, aws_lambda_destinations as destinations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { StageConfig } from '../config';

interface Props extends cdk.StackProps { stage: string; table: ddb.ITable; queue: sqs.IQueue; settings: StageConfig; }

const make = (scope: Construct, prefix: string) => (id: string, handler: string, more: Partial<lambda.FunctionProps> = {}) =>
  new lambda.Function(scope, `${prefix}${id}`, {
    runtime: lambda.Runtime.PYTHON_3_13,
    handler: `notify.${handler}`,
    code: lambda.Code.fromAsset('lambda/notify', { exclude: ['tests', '**/*.md'] }),
    ...more,
  });

export class NotifyStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id, props);
    const secret = secrets.Secret.fromSecretNameV2(this, 'Key', 'shop/key');
    const create = make(this, 'Notify');
    const mail = create('Mail', 'mail', { environment: { API_KEY: secret.secretValueFromJson('key').unsafeUnwrap(), SECRET_ARN: secret.secretArn } });
    const sms = create('Sms', 'sms', { onFailure: new destinations.SqsDestination(props.queue), maxEventAge: cdk.Duration.minutes(30), retryAttempts: 1 });
    const topic = new sns.Topic(this, 'Topic');
    topic.addSubscription(new subs.LambdaSubscription(mail, { filterPolicy: { kind: sns.SubscriptionFilter.stringFilter({ allowlist: ['mail'] }) } }));

    const step1 = new tasks.LambdaInvoke(this, 'Send', { lambdaFunction: sms, retryOnServiceExceptions: false, payloadResponseOnly: true })
      .addRetry({ maxAttempts: 5, errors: ['States.ALL'] });
    const step2 = new tasks.LambdaInvoke(this, 'Mail it', { lambdaFunction: mail });
    new sfn.StateMachine(this, 'Machine', { definitionBody: sfn.DefinitionBody.fromChainable(step1.next(step2)) });

    const onEvent = new lambda.SingletonFunction(this, 'Setup', {
      uuid: '0d8b9f2a', runtime: lambda.Runtime.PYTHON_3_12, handler: 'index.on_event', code: lambda.Code.fromInline('def on_event(event, context):\\n    return {}\\n'),
    });
    const provider = new cr.Provider(this, 'Provider', { onEventHandler: onEvent });
    new cdk.CustomResource(this, 'Seed', { serviceToken: provider.serviceToken });

    const image = new lambda.DockerImageFunction(this, 'Image', {
      code: lambda.DockerImageCode.fromImageAsset('lambda/docker', { cmd: ['app.handler'] }), memorySize: 3008, timeout: cdk.Duration.minutes(15), ephemeralStorageSize: cdk.Size.gibibytes(2),
    });
    image.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });
    props.table.grantReadData(image);

    const cfn = new lambda.CfnFunction(this, 'Raw', {
      runtime: 'python3.12', handler: 'index.handler', role: 'arn:aws:iam::123456789012:role/x', code: { zipFile: 'def handler(e, c): pass' }, memorySize: 192,
    });
    const table = ddb.Table.fromTableAttributes(this, 'T', { tableArn: props.table.tableArn, tableStreamArn: 'arn:aws:dynamodb:eu-west-1:123456789012:table/t/stream/1' });
    new lambda.EventSourceMapping(this, 'M', { target: image, eventSourceArn: table.tableStreamArn, startingPosition: lambda.StartingPosition.LATEST, batchSize: 10 });
  }
}
""",
    "lib/stacks/orders-stack.ts": """\
import { Stack, StackProps, Duration, RemovalPolicy, CfnOutput } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as s3n from 'aws-cdk-lib/aws-s3-notifications';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as apigw from 'aws-cdk-lib/aws-apigateway';
import { DynamoEventSource, SqsEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { PythonFunction, PythonLayerVersion } from '@aws-cdk/aws-lambda-python-alpha';
import { LambdaToDynamoDB } from '@aws-solutions-constructs/aws-lambda-dynamodb';
import { SqsToLambda } from '@aws-solutions-constructs/aws-sqs-lambda';
import * as path from 'path';
import { ShopFunction } from '../constructs/python-function';
import type { StageConfig } from '../config';

export interface OrdersProps extends StackProps { stage: string; settings: StageConfig; }

export class OrdersStack extends Stack {
  public readonly table: dynamodb.Table;
  public readonly queue: sqs.IQueue;
  private readonly dlq: sqs.Queue;

  constructor(scope: Construct, id: string, props: OrdersProps) {
    super(scope, id, props);
    const { stage, settings } = props;
    this.table = new dynamodb.Table(this, 'Orders', {
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      stream: dynamodb.StreamViewType.NEW_IMAGE,
    });
    this.dlq = new sqs.Queue(this, 'Dlq', { retentionPeriod: Duration.days(14) });
    const queue = new sqs.Queue(this, 'Queue', {
      fifo: true,
      contentBasedDeduplication: true,
      visibilityTimeout: Duration.minutes(6),
      deadLetterQueue: { queue: this.dlq, maxReceiveCount: 3 },
    });
    this.queue = queue;

    const create = new ShopFunction(this, 'Create', {
      entry: 'orders',
      memorySize: settings.memory,
      environment: { TABLE: this.table.tableName, QUEUE_URL: queue.queueUrl, STAGE: stage },
    });
    this.table.grantReadWriteData(create);
    queue.grantSendMessages(create);

    const worker = new ShopFunction(this, 'Worker', {
      entry: 'orders',
      handler: 'worker.handle',
      timeout: Duration.minutes(1),
      reservedConcurrentExecutions: 5,
      deadLetterQueue: this.dlq,
      retryAttempts: 0,
    });
    worker.addEventSource(new SqsEventSource(queue, { batchSize: 5, reportBatchItemFailures: true, maxConcurrency: 3 }));
    worker.addEnvironment('EXTRA', 'yes');
    if (stage === 'prod') {
      worker.addEnvironment('PROD_ONLY', '1');
    }

    const stream = new PythonFunction(this, 'Stream', {
      entry: path.join(__dirname, '../../lambda/stream'),
      index: 'handlers/stream.py',
      handler: 'on_change',
      runtime: lambda.Runtime.PYTHON_3_11,
      bundling: { assetExcludes: ['.venv', 'tests'] },
      layers: [new PythonLayerVersion(this, 'Common', { entry: 'lambda/layer' })],
    });
    stream.addEventSource(new DynamoEventSource(this.table, {
      startingPosition: lambda.StartingPosition.TRIM_HORIZON,
      bisectBatchOnError: true, retryAttempts: 4, onFailure: new SqsDlq(this.dlq),
      filters: [lambda.FilterCriteria.filter({ eventName: lambda.FilterRule.isEqual('INSERT') })],
    }));

    const bucket = new s3.Bucket(this, 'Uploads', { removalPolicy: RemovalPolicy.DESTROY });
    const suffixes = ['.csv', '.json'];
    for (const suffix of suffixes) {
      bucket.addEventNotification(s3.EventType.OBJECT_CREATED_PUT, new s3n.LambdaDestination(worker), { suffix });
    }

    const jobs: { name: string; handler: string; rate: events.Schedule; memory?: number }[] = [
      { name: 'Clean', handler: 'jobs.clean', rate: events.Schedule.rate(Duration.hours(1)) },
      { name: 'Report', handler: 'jobs.report', rate: events.Schedule.cron({ minute: '0', hour: '4' }), memory: 2048 },
    ];
    jobs.forEach(({ name, handler, rate, memory }) => {
      const fn = new ShopFunction(this, `${name}Job`, { entry: 'orders', handler, memorySize: memory ?? 128 });
      new events.Rule(this, `${name}Rule`, {
        schedule: rate,
        targets: [new targets.LambdaFunction(fn, { retryAttempts: 1, maxEventAge: Duration.hours(2) })],
      });
    });

    new NodejsFunction(this, 'Web', { entry: 'services/web.ts', runtime: lambda.Runtime.NODEJS_20_X });

    const alias = new lambda.Alias(this, 'Live', { aliasName: 'live', version: create.currentVersion, provisionedConcurrentExecutions: 2 });
    const api = new apigw.RestApi(this, 'Api', { deployOptions: { stageName: stage } });
    const orders = api.root.addResource('orders');
    orders.addMethod('POST', new apigw.LambdaIntegration(alias));
    orders.addResource('{id}').addMethod('GET', new apigw.LambdaIntegration(create, { proxy: true }));

    new SqsToLambda(this, 'Pattern', {
      lambdaFunctionProps: {
        runtime: lambda.Runtime.PYTHON_3_12, handler: 'index.handler', code: lambda.Code.fromAsset('lambda/custom'),
      },
      sqsEventSourceProps: { batchSize: 1 },
    });
    new LambdaToDynamoDB(this, 'Existing', { existingLambdaObj: create });

    new CfnOutput(this, 'Arn', { value: create.functionArn });
  }
}
""",
    "services/web.ts": "export const handler=1\n",
}
