import { Tags } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Marks everything below `scope` as part of this system. */
export function tagAll(scope: IConstruct): void {
  Tags.of(scope).add('System', 'document-processing');
}
