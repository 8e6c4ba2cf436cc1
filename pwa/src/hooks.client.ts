import { config } from 'zod';

// Zod tries whether it may compile schemas to functions; the page's policy forbids that, and each try is reported as a breach.
config({ jitless: true });
