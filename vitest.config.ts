import {defineConfig} from 'vitest/config';

export default defineConfig({
	test: {
		env: {CI: 'false'},
		projects: [
			{
				extends: true,
				test: {
					name: 'unit',
					include: ['test/**/*.test.{ts,tsx}'],
					exclude: ['test/**/*.engine.test.{ts,tsx}'],
				},
			},
			{
				extends: true,
				test: {
					name: 'engine',
					include: ['test/**/*.engine.test.{ts,tsx}'],
					globalSetup: ['test/engine/global-setup.ts'],
					testTimeout: 120_000,
					hookTimeout: 180_000,
					maxWorkers: 2,
				},
			},
		],
	},
});
