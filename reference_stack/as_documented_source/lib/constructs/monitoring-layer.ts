import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

export interface MonitoringProps {
  readonly compute: { readonly processor: lambda.IFunction };
  readonly api: unknown;
}

export class MonitoringConstruct extends Construct {
  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);

    new cloudwatch.Alarm(this, 'ProcessorErrors', {
      metric: props.compute.processor.metricErrors(),
      threshold: 1,
      evaluationPeriods: 1,
    });
  }
}
