import { z } from 'zod';

// Must be the page's first import: zod decides when a schema is made whether to compile it by `new Function`, which
// the content security policy forbids and reports.
z.config({ jitless: true });
