enum RedisClientTestsPlaceholder {}
