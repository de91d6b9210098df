import * as cdk from 'aws-cdk-lib';

import { DocumentProcessingStack } from '../lib/document-processing-stack';

const app = new cdk.App();

new DocumentProcessingStack(app, 'DocumentProcessing');
