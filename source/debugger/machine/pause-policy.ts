/** When a run stops by itself. A failure always stops it. */
export const pausePolicies = [
	'stage',
	'instruction',
	'error',
	'never',
] as const;

export type PausePolicy = (typeof pausePolicies)[number];

/** @returns When a build with the policy pauses, as the end of a sentence. */
export function policyText(policy: PausePolicy): string {
	return {
		stage: 'before each stage',
		instruction: 'before each instruction',
		error: 'only at failures and breakpoints',
		never: 'only at failures and breakpoints',
	}[policy];
}
