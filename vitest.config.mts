import { defineConfig } from 'vitest/config';

// A test that hangs is caught by any limit; the usual five seconds fail sound ones on a machine that is busy.
export default defineConfig({ test: { testTimeout: 60_000 } });
