/** Runs before each test file of every project. */
import { afterAll } from 'vitest';
import { removeFreshFolders } from './scratch';

afterAll(removeFreshFolders);
