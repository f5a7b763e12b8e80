import type {Reporter, TestCase} from 'vitest/node';

/** Says why a test had to be tried again: Vitest tells only that it was, and a test that fails now and then shows a defect. */
export default class RetriedReporter implements Reporter {
	onTestCaseResult(test: TestCase): void {
		const {state, errors} = test.result();
		if (state !== 'passed') {
			return;
		}

		for (const {message, stack} of errors ?? []) {
			console.error(`tried again: ${test.fullName}\n${stack ?? message}`);
		}
	}
}
