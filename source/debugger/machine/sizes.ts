import type {SizeSummary} from '../../filesystem/provenance/size-summary.js';

export type {SizeSummary} from '../../filesystem/provenance/size-summary.js';

/** What is known of them: `counting` until it is, `null` when there is nothing to say. */
export type Sizes = SizeSummary | 'counting' | null;
