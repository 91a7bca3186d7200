# vac run examples/scripts/primes.rb
primes = (2...1000).select { |n| (2..Integer.sqrt(n)).none? { |d| (n % d).zero? } }
puts "#{primes.size} primes below 1000, by Ruby #{RUBY_VERSION}"
