/** Damages images, the same ones for the same seed, checks each, and compares the result with e2fsck. */
import type { CheckReport } from '../../src/problem/report';
import type { TestImage } from '../support/image';
import type { Base } from './bases';
import { minimise } from './minimise';
import { damaged, type Mutation, makeMutations } from './mutations';
import { compare } from './oracle';
import { Random } from './random';
import { type Check, runOne } from './run-one';
import { targetsOf } from './sites';
import type { Targets } from './targets';

/** All that is needed to make an image again. */
export interface Case {
  seed: number;
  /** Number of the image under this seed. */
  number: number;
  base: Base;
  mutations: Mutation[];
}

/** What one image brought to light; fewest mutations that still do. */
export interface Result extends Case {
  kind: 'failure' | 'divergence';
  /** The first line of the failure, or the parts in which the codes differ. */
  signature: string;
  detail: string;
}

type Judgement = Pick<Result, 'kind' | 'signature' | 'detail'>;

/** Mounts the image; null where the kernel does what the report says. */
export type CompareMounts = (image: TestImage, report: CheckReport) => Judgement | null;

/** Makes cases over a list of bases, which are loaded when it is their turn. */
export class Fuzzer {
  private readonly targets = new Map<Base, Targets>();

  constructor(
    private readonly bases: readonly Base[],
    readonly seed: number,
    private readonly options: {
      oracle: boolean;
      mount?: CompareMounts;
      check?: Check;
      watch?: (checking: boolean) => void;
    },
  ) {}

  /** Case `number` of the seed. Bases take turns. */
  make(number: number): Case {
    const base = this.bases[number % this.bases.length]!;
    const targets = this.targets.get(base) ?? targetsOf(base.image());
    this.targets.set(base, targets);
    return { seed: this.seed, number, base, mutations: makeMutations(new Random(this.seed, number), targets) };
  }

  image({ base, mutations }: Pick<Case, 'base' | 'mutations'>): TestImage {
    return damaged(base.image(), mutations);
  }

  private async judge(one: Case): Promise<Judgement | null> {
    const image = this.image(one);
    this.options.watch?.(true);
    const { report, failure } = await runOne(image, one.base.now, this.options.check);
    this.options.watch?.(false);
    if (failure !== '' || report === null)
      return { kind: 'failure', signature: failure.split('\n')[0]!, detail: failure };
    const contradicted = this.options.mount?.(image, report) ?? null;
    if (contradicted !== null) return contradicted;
    if (!this.options.oracle) return null;
    const divergence = compare(image, report, one.base.now);
    if (divergence === null) return null;
    const ids = Object.entries(report.counts).map(([id, count]) => `${id} x${count}`);
    const detail = `e2fsck ends with status ${divergence.status}; extcheck: ${report.verdict}, ${ids.join(', ') || 'no finding'}`;
    return { kind: 'divergence', signature: divergence.signature.join(', '), detail };
  }

  /** Checks case `number`; null when there is nothing to report. */
  async run(number: number): Promise<Result | null> {
    const one = this.make(number);
    const first = await this.judge(one);
    if (first === null) return null;
    const stays = async (mutations: Mutation[]) => {
      const again = await this.judge({ ...one, mutations });
      return again?.kind === first.kind && again.signature === first.signature;
    };
    return { ...one, ...first, mutations: await minimise(one.mutations, stays) };
  }
}
