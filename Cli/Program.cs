// `nativecnn`: reads options, calls Model, prints.
return 0;
