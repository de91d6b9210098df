import type { IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport } from 'aws-cdk-lib';

export type Severity = 'info' | 'low' | 'medium' | 'high' | 'critical';

export type Confidence = 'possible' | 'likely' | 'certain';

export interface StackproofPluginProps {
  /**
   * How to start Stackproof: a program, or a program and its first arguments, as in
   * `['uv', 'run', 'stackproof']`. No shell is involved.
   *
   * @default 'stackproof'
   */
  readonly command?: string | readonly string[];

  /**
   * The configuration, relative to the working directory.
   *
   * @default - the nearest at or above the assembly; where the assembly is not written below the working directory,
   * `stackproof.yaml` in the working directory
   */
  readonly config?: string;

  /**
   * The least severity that stops the synthesis.
   *
   * @default - that of the configuration, else 'medium'
   */
  readonly failOn?: Severity | 'never';

  /**
   * The least confidence that stops the synthesis.
   *
   * @default - that of the configuration, else 'likely'
   */
  readonly minConfidence?: Confidence;

  /**
   * Further options of `stackproof check`, such as `['-o', 'stackproof.json']`.
   *
   * @default - none
   */
  readonly args?: readonly string[];
}

/**
 * Judges the app at every synthesis and stops it where `stackproof check` would fail.
 *
 * Accept a finding with `Validations.of(construct).acknowledge({ id: 'Stackproof::FM0701', reason: '…' })`.
 */
export declare class StackproofPlugin implements IPolicyValidationPlugin {
  readonly name: string;
  readonly version: string;
  constructor(props?: StackproofPluginProps);
  validate(context: IPolicyValidationContext): PolicyValidationPluginReport;
}
