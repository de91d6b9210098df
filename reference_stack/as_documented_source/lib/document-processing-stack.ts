import * as cdk from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

import { NetworkingLayer } from './constructs/networking-layer';
import { StorageLayer } from './constructs/storage-layer';
import { ComputeLayer } from './constructs/compute-layer';
import { ApiLayer } from './constructs/api-layer';
import { MonitoringLayer } from './constructs/monitoring-layer';
import { tagAll } from './tags';

export class DocumentProcessingStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);

    const networking = new NetworkingLayer(this, 'Networking');
    this.addEndpoints(networking.vpc);

    const storage = new StorageLayer(this, 'Storage');
    const compute = new ComputeLayer(this, 'Compute', { vpc: networking.vpc, storage });
    const api = new ApiLayer(this, 'Api', { compute });
    new MonitoringLayer(this, 'Monitoring', { compute, api });

    tagAll(this);
  }

  private addEndpoints(vpc: ec2.Vpc) {
    vpc.addGatewayEndpoint('S3Endpoint', {
      service: ec2.GatewayVpcEndpointAwsService.S3,
      policyDocument: new cdk.aws_iam.PolicyDocument({
        statements: [
          new cdk.aws_iam.PolicyStatement({
            effect: cdk.aws_iam.Effect.ALLOW,
            principals: [new cdk.aws_iam.AnyPrincipal()],
            actions: ['s3:GetObject', 's3:PutObject'],
            resources: ['*'],
          }),
        ],
      }),
    });

    vpc.addInterfaceEndpoint('KmsEndpoint', {
      service: ec2.InterfaceVpcEndpointAwsService.KMS,
      policyDocument: new cdk.aws_iam.PolicyDocument({
        statements: [
          new cdk.aws_iam.PolicyStatement({
            effect: cdk.aws_iam.Effect.ALLOW,
            principals: [new cdk.aws_iam.AnyPrincipal()],
            actions: ['kms:Decrypt'],
            resources: ['*'],
          }),
        ],
      }),
    });
  }
}
