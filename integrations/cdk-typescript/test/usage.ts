// Compiled, not run: what a TypeScript app writes has these types.
import { App, Validations } from 'aws-cdk-lib';
import { StackproofPlugin } from '../index';

const app = new App();
Validations.of(app).addPlugins(
  new StackproofPlugin(),
  new StackproofPlugin({ command: ['uv', 'run', 'stackproof'], failOn: 'high', minConfidence: 'certain', args: ['-o', 'r.json'] }),
);
// @ts-expect-error: no such severity
new StackproofPlugin({ failOn: 'severe' });
