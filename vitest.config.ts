import process from 'node:process';
import {defineConfig} from 'vitest/config';

export default defineConfig({
	test: {
		env: {CI: 'false'},
		reporters: ['default', './test/retried-reporter.ts'],
		projects: [
			{
				extends: true,
				test: {
					name: 'unit',
					include: ['test/**/*.test.{ts,tsx}'],
					exclude: ['test/**/*.engine.test.{ts,tsx}'],
					// Some start a shell or a program: on a loaded machine that takes a while.
					testTimeout: 30_000,
					// Loading Ink and the engines' clients anew for each file took more than half of the time.
					isolate: false,
					sequence: {groupOrder: 0},
				},
			},
			{
				extends: true,
				test: {
					name: 'engine',
					include: ['test/**/*.engine.test.{ts,tsx}'],
					globalSetup: ['test/engine/global-setup.ts'],
					testTimeout: 120_000,
					// On a loaded machine one of hundreds fails now and then; the reporter says why.
					retry: 1,
					hookTimeout: 180_000,
					// Each worker has an engine of its own (`testEngine`), but on an engine that is there already.
					maxWorkers: process.env['MSTAGE_TEST_ENGINE'] === 'host' ? 1 : 2,
					sequence: {groupOrder: 1},
				},
			},
		],
	},
});
