export * from '../../source/engine/private/process.js';
